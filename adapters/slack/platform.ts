export const PLATFORM = 'slack';

export const PLATFORM = 'discord';

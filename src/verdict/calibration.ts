export interface Calibration { readonly id: string }

/** How many decimals the amounts of a currency have. */

/** The currencies of ISO 4217 whose minor unit is not a hundredth. */
const decimals: Readonly<Record<string, number>> = {
  ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0 },
  ...{ UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0 },
  ...{ BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
  ...{ CLF: 4, UYW: 4 },
}

/** Decimals of a currency's amounts: 2 of USD, 0 of JPY, 3 of KWD. */
export const decimalsOf = (currency: string): number => decimals[currency] ?? 2

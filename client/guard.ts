/**
 * Makes old and odd engines fit for the libraries; imported before all else.
 *
 * Kiosks started without a language say `en-US@posix`, at which uPlot throws on import
 * (uPlot#1053). TVs of 2020 lack `getAnimations`, which Svelte calls when an element leaves.
 */
try {
  new Intl.NumberFormat(navigator.language)
} catch {
  Object.defineProperty(navigator, 'language', { configurable: true, get: () => 'en-US' })
}

// The types know today's engines only.
const prototype: { getAnimations?: unknown } = Element.prototype
prototype.getAnimations ??= () => []

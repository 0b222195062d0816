import { expect, it } from 'vitest'
import { csvText } from './csv.ts'

it.each([
  ['numbers as they are', ['0.5', '-3', '1e-7'], '0.5,-3,1e-7'],
  ['nothing for what there is not', ['a', '', 'b'], 'a,,b'],
  ['a comma', ['a,b'], '"a,b"'],
  ['a quote', ['say "hi"'], '"say ""hi"""'],
  ['a line break', ['a\nb'], '"a\nb"'],
  ['Japanese', ['応答数'], '応答数'],
  ['what a spreadsheet would run', ['=1+1', '+cmd', '-x', '@y', '\tz'], "'=1+1,'+cmd,'-x,'@y,'\tz"],
])('%s', (_name, row, line) => {
  expect(csvText([row])).toBe(`\uFEFF${line}\r\n`)
})

/** What plain text is held against: fields by name and by length, made from the contract's schemas. */
import { z } from 'zod'
import { eventSchemas } from '../../shared/events/event.ts'
import { Name, Text } from '../../shared/events/fields.ts'
import { mixed, nameSeed } from '../stream/contentHash.ts'
import type { Units } from './plainText.ts'

/** A field that is known. */
export type Known = {
  name: string
  units: Units
  /** Its number among the fields of its object, and the bit for it. */
  index: number
  bit: number
  /** What its value's hash begins with. */
  seed: number
  /** Texts of so many characters are fine; null: another kind of field. */
  lengths: { least: number; most: number } | null
  /** Texts that are fine, by their hashes with the seed; null: another kind of field. */
  words: ReadonlyMap<number, Units> | null
  /** Judges any other value, by itself. */
  schema: z.ZodType
}

/** The fields that an object may have, by name and in the order in which they last came. */
export type Shape = { known: ReadonlyMap<string, Known>; lastOrder: Known[]; required: number }
/** A type of event whose fields are judged one by one. */
export type Plan = Shape & { type: string; typeHash: number; precision: number }

export const unitsIn = (text: string): Uint16Array =>
  Uint16Array.from({ length: text.length }, (_, n) => text.charCodeAt(n))

export function shapeOf(schema: z.ZodObject): Shape {
  const all = Object.entries(schema.shape).map(([name, field], index): Known => {
    const inner: unknown = field instanceof z.ZodOptional ? field.unwrap() : field
    return {
      name,
      units: unitsIn(name),
      index,
      bit: 1 << index,
      seed: nameSeed(name),
      lengths: lengthsOf(inner),
      words: inner instanceof z.ZodEnum ? wordsOf(inner, nameSeed(name)) : null,
      schema: field as z.ZodType,
    }
  })
  return {
    known: new Map(all.map((one) => [one.name, one])),
    lastOrder: [],
    required: all.reduce(
      (bits, { bit, schema: of }) => (of instanceof z.ZodOptional ? bits : bits | bit),
      0,
    ),
  }
}

/** Of the two kinds of text whose length alone is left to judge: what cannot be stored is escaped. */
function lengthsOf(schema: unknown): Known['lengths'] {
  const text = [Name, Text].find((one) => one === schema)
  return text ? { least: text.minLength ?? 0, most: text.maxLength ?? Infinity } : null
}

function wordsOf(schema: z.ZodEnum, seed: number): Map<number, Units> {
  const words = schema.options.filter((option) => typeof option === 'string')
  return new Map(words.map((word) => [mixed(word, seed), unitsIn(word)]))
}

/** As many fields as there are bits. */
const MAX_KNOWN = 31
/** The types of events by name; null: the fields of one are judged together. */
export const plans = new Map<string, Plan | null>(
  Object.entries<z.ZodObject>(eventSchemas).map(([type, schema]) => [type, planOf(type, schema)]),
)

/** Null: its fields are judged together. */
function planOf(type: string, schema: z.ZodObject): Plan | null {
  const shape = shapeOf(schema)
  if ((schema.def.checks?.length ?? 0) > 0 || shape.known.size > MAX_KNOWN) return null
  const precision = shape.known.get('precision')?.bit ?? 0
  return { ...shape, type, typeHash: mixed(type, nameSeed('type')), precision }
}

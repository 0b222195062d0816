/** What Redis does for the event log, each script as one step: all of it or nothing. */
import { ID_LENGTH, MARK_LENGTH } from './deliveries.ts'
import { countLua } from './feedCounts.ts'
import { scriptOf } from './redisConnection.ts'

/**
 * Where the generation is made, in every script that may come first: a stream without one is new,
 * and a door that remembers another stream would take retries for doubles of what is lost.
 */
const generationLua = `
if redis.call('EXISTS', KEYS[1]) == 0 then
  -- An empty stream, so that a generation is there exactly as long as its stream.
  redis.call('XGROUP', 'CREATE', KEYS[1], 'none', '0', 'MKSTREAM')
  redis.call('XGROUP', 'DESTROY', KEYS[1], 'none')
  redis.call('SET', KEYS[2], ARGV[1])
  redis.call('UNLINK', KEYS[3], KEYS[4])
end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SET', KEYS[2], ARGV[1]) end
`

const endLua = `
local function lastPlace()
  local about = redis.call('XINFO', 'STREAM', KEYS[1])
  for at = 1, #about, 2 do
    if about[at] == 'last-generated-id' then return about[at + 1] end
  end
end
`

/**
 * Whether nothing that came after a place is lost. The entry there still is in the log (whoever
 * trims keeps the entry of the checkpoint), or is the last one that was ever given out.
 *
 * That the log ends after the place proves nothing: one that lost its tail goes on with new entries.
 */
const holdsLua = `
local function holdsAfter(place)
  if place == '0' or place == '0-0' then return 1 end
  if lastPlace() == place then return 1 end
  return #redis.call('XRANGE', KEYS[1], place, place)
end
`

/** Where the oldest entry lies; '': there is none. */
const oldestLua = `
local function oldestPlace()
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  return oldest and oldest[1] or ''
end
`

/** The ring of marks: a string that is written from its start again once it is full. */
const ringLua = `
local MARK, ID = ${String(MARK_LENGTH)}, ${String(ID_LENGTH)}
local function position() return tonumber(redis.call('GET', KEYS[4]) or '0') end
local function ring(slot, marks)
  if marks == 0 then return '' end
  return redis.call('GETRANGE', KEYS[3], slot * MARK, (slot + marks) * MARK - 1)
end
-- The marks from one position to another, the oldest first; no more than there are slots.
local function marksBetween(from, to, slots)
  local first, marks = from % slots, to - from
  local before = math.min(marks, slots - first)
  return ring(first, before) .. ring(0, marks - before)
end
local function writeMarks(at, marks, slots)
  -- More than fit would overwrite themselves: only the last ones are written.
  local skipped = math.max(0, #marks / MARK - slots)
  local kept = string.sub(marks, skipped * MARK + 1)
  local first = (at + skipped) % slots
  local room = (slots - first) * MARK
  redis.call('SETRANGE', KEYS[3], first * MARK, string.sub(kept, 1, room))
  if #kept > room then redis.call('SETRANGE', KEYS[3], 0, string.sub(kept, room + 1)) end
  redis.call('SET', KEYS[4], string.format('%.0f', at + #marks / MARK))
end
`

/**
 * KEYS  events, generation, marks, position of the marks, feeds
 * ARGV  a fresh generation; how many marks the ring holds; the position that the caller knows, and
 *       the mark before it; the marks of what is new to the caller, and its JSON ('' if none);
 *       our clock (ms); then for each run of a source: the source ('' is not counted), how many
 *       were accepted, duplicates, conflicting, and the latest instant of them
 * Returns one of
 *   stored, the place (the stream's end if nothing was new), marks that the caller did not know
 *   again, '', marks that the caller did not know: among them is one of what it took for new
 *   stale, '', '': the caller knows another ring than this, or one of long ago
 */
export const appendBatch = scriptOf(`
${generationLua}
${endLua}
${ringLua}
${countLua}
local slots, known, last = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local marks, batch, nowMs = ARGV[5], ARGV[6], ARGV[7]
-- What another process appended meanwhile is looked through here, if it is not too much.
local MOST_UNKNOWN = 5000

local at = position()
if at < known or at - known > math.min(MOST_UNKNOWN, slots) then return {'stale', '', ''} end
if known > 0 and ring((known - 1) % slots, 1) ~= last then return {'stale', '', ''} end
local unknown = marksBetween(known, at, slots)
if unknown ~= '' then
  local ids = {}
  for from = 1, #unknown, MARK do ids[string.sub(unknown, from, from + ID - 1)] = true end
  for from = 1, #marks, MARK do
    if ids[string.sub(marks, from, from + ID - 1)] then return {'again', '', unknown} end
  end
end

local place
if batch == '' then
  place = lastPlace()
  -- Nothing changes, and is written: whoever waits for replicas waits for all that was written
  -- before, be it by another process, and so for what these are doubles of.
  redis.call('SET', KEYS[4], string.format('%.0f', at))
else
  writeMarks(at, marks, slots)
  place = redis.call('XADD', KEYS[1], '*', 'events', batch)
end
for run = 8, #ARGV, 5 do
  local source = ARGV[run]
  if source ~= '' then
    local more = {tonumber(ARGV[run + 1]), tonumber(ARGV[run + 2]), tonumber(ARGV[run + 3]), 0, 0}
    count(KEYS[5], source, more, ARGV[run + 4], nowMs)
  end
end
return {'stored', place, unknown}
`)

/**
 * KEYS  as the first of append
 * ARGV  a fresh generation, how many marks the ring holds
 * Returns the position, and the marks up to it, the oldest first.
 */
export const readMarks = scriptOf(`
${generationLua}
${ringLua}
local at, slots = position(), tonumber(ARGV[2])
return {string.format('%.0f', at), marksBetween(math.max(0, at - slots), at, slots)}
`)

/**
 * KEYS  events, generation
 * ARGV  a place, the most bytes, the most entries
 * Returns the generation (nil: the log is gone), whether nothing after the place is lost (1 or 0),
 * and entries after the place, each its place and its content; one at least, if there is one.
 */
export const readChunk = scriptOf(`
${endLua}
${holdsLua}
local generation = redis.call('GET', KEYS[2])
if not generation or redis.call('EXISTS', KEYS[1]) == 0 then return {false, 0, {}} end
local isWhole = holdsAfter(ARGV[1])
local from, chunk, bytes = '(' .. ARGV[1], {}, 0
local maxBytes, maxEntries = tonumber(ARGV[2]), tonumber(ARGV[3])
-- Few at a time: each may be as large as a request.
local STEP = 16
repeat
  local some = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', STEP)
  for _, entry in ipairs(some) do
    local content = entry[2][2]
    chunk[#chunk + 1] = {entry[1], content}
    bytes = bytes + #content
    from = '(' .. entry[1]
    if bytes >= maxBytes or #chunk >= maxEntries then return {generation, isWhole, chunk} end
  end
until #some < STEP
return {generation, isWhole, chunk}
`)

/** KEYS and the first of ARGV as append. Returns the generation. */
export const askGeneration = scriptOf(`${generationLua} return redis.call('GET', KEYS[2])`)

/** KEYS and the first of ARGV as append, ARGV[2] a place. Returns 1 or 0. */
export const askHolds = scriptOf(`
${generationLua}
${endLua}
${holdsLua}
return holdsAfter(ARGV[2])
`)

/** KEYS and the first of ARGV as append. Returns the last id given out. */
export const askEnd = scriptOf(`${generationLua} ${endLua} return lastPlace()`)

/**
 * KEYS  events, generation, trimmed
 * ARGV  the generation that the caller knows, a place, how many entries at most
 * Returns how many entries before the place were deleted. By whole blocks of them, which costs Redis
 * next to nothing, so that as many entries as a block has may stay longer.
 */
export const trimEntries = scriptOf(`
${oldestLua}
local generation = redis.call('GET', KEYS[2])
if generation ~= ARGV[1] then return 0 end
local first = oldestPlace()
local gone = redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[2], 'LIMIT', ARGV[3])
-- What went first stays known for as long as the stream is this one.
if gone > 0 and redis.call('HGET', KEYS[3], 'generation') ~= generation then
  redis.call('HSET', KEYS[3], 'generation', generation, 'first', first)
end
return gone
`)

/**
 * KEYS  events, generation, trimmed
 * Returns the places of the first entry that was trimmed, and of the oldest there is; nothing where
 * none was trimmed.
 */
export const askTrimmed = scriptOf(`
${oldestLua}
local generation = redis.call('GET', KEYS[2])
if not generation or redis.call('HGET', KEYS[3], 'generation') ~= generation then return {} end
return {redis.call('HGET', KEYS[3], 'first'), oldestPlace()}
`)

/** KEYS  events. Returns how many entries there are, and the id of the oldest ('': there is none). */
export const askSize = scriptOf(`
${oldestLua}
return {redis.call('XLEN', KEYS[1]), oldestPlace()}
`)

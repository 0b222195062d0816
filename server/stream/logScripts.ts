/** What Redis does for the event log, each script as one step: all of it or nothing. */
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
 * KEYS  events, generation, door, older door, feeds
 * ARGV  a fresh generation, the door's limit, our clock (ms), how many runs and events follow,
 *       runs: source ('' is not counted), how many events, the latest instant of them
 *       events: mark, content hash, JSON
 * Returns the place and a letter an event: a accepted, d duplicate, c conflicting.
 */
export const appendBatch = scriptOf(`
${generationLua}
${endLua}
${countLua}
local doorLimit, nowMs = tonumber(ARGV[2]), ARGV[3]
local runs, events = tonumber(ARGV[4]), tonumber(ARGV[5])
local firstEvent = 6 + 3 * runs
-- unpack() has room for some 8,000 values.
local STEP = 2000

local function known(door, marks)
  return redis.call('HMGET', door, unpack(marks))
end

local letters, fresh, seen = {}, {}, {}
for from = 0, events - 1, STEP do
  local to = math.min(from + STEP, events) - 1
  local marks = {}
  for n = from, to do marks[#marks + 1] = ARGV[firstEvent + 3 * n] end
  local newer, older = known(KEYS[3], marks), known(KEYS[4], marks)
  local marking = {}
  for n = from, to do
    local at = n - from + 1
    local mark, content = marks[at], ARGV[firstEvent + 3 * n + 1]
    local first = seen[mark] or newer[at] or older[at]
    if not first then
      letters[n + 1] = 'a'
      seen[mark] = content
      fresh[#fresh + 1] = ARGV[firstEvent + 3 * n + 2]
      marking[#marking + 1] = mark
      marking[#marking + 1] = content
    elseif first == content then
      letters[n + 1] = 'd'
    else
      letters[n + 1] = 'c'
    end
  end
  if #marking > 0 then redis.call('HSET', KEYS[3], unpack(marking)) end
end

local place
if #fresh > 0 then
  place = redis.call('XADD', KEYS[1], '*', 'events', '[' .. table.concat(fresh, ',') .. ']')
else
  place = lastPlace()
end

if redis.call('HLEN', KEYS[3]) >= doorLimit then
  redis.call('UNLINK', KEYS[4])
  redis.call('RENAME', KEYS[3], KEYS[4])
end

local n = 1
for run = 0, runs - 1 do
  local source, length = ARGV[6 + 3 * run], tonumber(ARGV[7 + 3 * run])
  local more = {a = 0, d = 0, c = 0}
  for at = n, n + length - 1 do more[letters[at]] = more[letters[at]] + 1 end
  n = n + length
  if source ~= '' then
    count(KEYS[5], source, {more.a, more.d, more.c, 0, 0}, ARGV[8 + 3 * run], nowMs)
  end
end
return {place, table.concat(letters)}
`)

/**
 * KEYS  events, generation
 * ARGV  a place, the most bytes, the most entries
 * Returns the generation (nil: the log is gone), the last place given out, and entries after the
 * place, each its place and its content; one at least, if there is one.
 */
export const readChunk = scriptOf(`
${endLua}
local generation = redis.call('GET', KEYS[2])
if not generation or redis.call('EXISTS', KEYS[1]) == 0 then return {false, '0', {}} end
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
    if bytes >= maxBytes or #chunk >= maxEntries then return {generation, lastPlace(), chunk} end
  end
until #some < STEP
return {generation, lastPlace(), chunk}
`)

/** KEYS and the first of ARGV as append. Returns the generation. */
export const askGeneration = scriptOf(`${generationLua} return redis.call('GET', KEYS[2])`)

/** KEYS and the first of ARGV as append, ARGV[2] a place. Places to come lie above it. */
export const raiseEnd = scriptOf(`
${generationLua}
${endLua}
local function parts(place)
  local ms, sequence = string.match(place, '^(%d+)%-?(%d*)$')
  return tonumber(ms), tonumber(sequence) or 0
end
local endMs, endSequence = parts(lastPlace())
local ms, sequence = parts(ARGV[2])
if endMs < ms or (endMs == ms and endSequence < sequence) then
  redis.call('XSETID', KEYS[1], ARGV[2])
end
`)

/** KEYS and the first of ARGV as append. Returns the last id given out. */
export const askEnd = scriptOf(`${generationLua} ${endLua} return lastPlace()`)

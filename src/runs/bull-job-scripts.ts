/**
 * The Lua scripts of the queue in Redis. A job's record is a hash; every write compares its state and fencing token in the
 * same script, so that a holder that lost the job writes nothing. KEYS: record, events, counts by state; ARGV: see each.
 */
const HELD = "redis.call('HGET', KEYS[1], 'state') == 'running' and redis.call('HGET', KEYS[1], 'token') == ARGV[1]";
const STATE = `local function state(to)
  redis.call('HINCRBY', KEYS[3], redis.call('HGET', KEYS[1], 'state'), -1)
  redis.call('HINCRBY', KEYS[3], to, 1)
  redis.call('HSET', KEYS[1], 'state', to)
end `;

export const BULL_SCRIPTS = {
  /** KEYS[1] is the counter here. @returns the next id */
  id: "return redis.call('INCR', KEYS[1])",
  /** ARGV: stage, settings, createdAt, roots. */
  add: `redis.call('HINCRBY', KEYS[3], 'queued', 1)
    return redis.call('HSET', KEYS[1], 'state', 'queued', 'token', 0, 'tries', 0, 'stage', ARGV[1],
      'settings', ARGV[2], 'createdAt', ARGV[3], 'roots', ARGV[4])`,
  /** ARGV: now, ticket. @returns `claimed`, `stalled` when this ticket's holder is gone, or `dropped` */
  claim: `${STATE} local was = redis.call('HGET', KEYS[1], 'state')
    if was == 'running' and redis.call('HGET', KEYS[1], 'ticket') == ARGV[2] then return 'stalled' end
    if was ~= 'queued' then return 'dropped' end
    state('running')
    redis.call('HINCRBY', KEYS[1], 'token', 1)
    redis.call('HINCRBY', KEYS[1], 'tries', 1)
    redis.call('HSET', KEYS[1], 'ticket', ARGV[2])
    redis.call('HSETNX', KEYS[1], 'startedAt', ARGV[1])
    return 'claimed'`,
  /** ARGV: token. @returns 1 while held, 2 when it was asked to stop, 0 when lost */
  held: `if not (${HELD}) then return 0 end
    return redis.call('HGET', KEYS[1], 'cancelRequested') == '1' and 2 or 1`,
  /** ARGV: token, holder. */
  holder: `if not (${HELD}) then return 0 end redis.call('HSET', KEYS[1], 'holder', ARGV[2]) return 1`,
  /** ARGV: token, event with its time, progress if it is one. @returns its number */
  append: `if not (${HELD}) then return 0 end
    if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'progress', ARGV[3]) end
    return redis.call('RPUSH', KEYS[2], ARGV[2])`,
  /** ARGV: token, state, endedAt, result, error, notBefore, note. */
  end: `${STATE} if not (${HELD}) then return 0 end
    state(ARGV[2])
    redis.call('HSET', KEYS[1], 'endedAt', ARGV[3], 'result', ARGV[4], 'error', ARGV[5], 'notBefore', ARGV[6])
    if ARGV[7] ~= '' then redis.call('RPUSH', KEYS[2], ARGV[7]) end
    return 1`,
  /** ARGV: token. */
  release: `${STATE} if not (${HELD}) then return 0 end
    state('queued')
    redis.call('HINCRBY', KEYS[1], 'tries', -1)
    return 1`,
  /** ARGV: now, error. @returns the state it was in */
  cancel: `${STATE} local was = redis.call('HGET', KEYS[1], 'state')
    if was == 'queued' then state('cancelled') redis.call('HSET', KEYS[1], 'endedAt', ARGV[1], 'error', ARGV[2]) end
    if was == 'running' then redis.call('HSET', KEYS[1], 'cancelRequested', '1') end
    return was`,
  /** ARGV: note. @returns the state it was in */
  resume: `${STATE} local was = redis.call('HGET', KEYS[1], 'state')
    if was == 'interrupted' or was == 'failed' or was == 'cancelled' then
      state('queued')
      redis.call('HSET', KEYS[1], 'tries', 0, 'cancelRequested', '', 'endedAt', '', 'error', '', 'notBefore', '')
      redis.call('RPUSH', KEYS[2], ARGV[1])
    end
    return was`,
} as const;

export type BullScript = keyof typeof BULL_SCRIPTS;

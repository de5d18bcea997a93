/** A follower thread of a ranking (rank-sweep.ts starts it): takes blocks until the leader closes. */
import { workerData } from 'node:worker_threads';
import { blockWorker, type RankShare } from './rank-blocks.js';
import { RankTickets } from './rank-tickets.js';

const share = workerData as RankShare;
new RankTickets(share.control, blockWorker(share)).follow();

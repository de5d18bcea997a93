/** The commands that are no stages, each with the file that completes it when it is called. */
import type { CommandEntry } from './program.js';

export const QUERY_COMMANDS: readonly CommandEntry[] = [
  {
    words: ['kg', 'list'],
    summary: 'List the graphs of the workspace.',
    complete: async (command) => (await import('./list-graphs.command.js')).completeListGraphs(command),
  },
  {
    words: ['kg', 'show'],
    summary: 'Show one graph: its import, sources and ranking.',
    complete: async (command) => (await import('./overview.command.js')).completeShowGraph(command),
  },
  {
    words: ['kg', 'statistics'],
    summary: 'Count a graph by type and relation; degrees, hubs, components.',
    complete: async (command) => (await import('./overview.command.js')).completeStatistics(command),
  },
  {
    words: ['kg', 'schema'],
    summary: 'Show which relation leads from which type to which, and how often.',
    complete: async (command) => (await import('./overview.command.js')).completeSchema(command),
  },
  {
    words: ['kg', 'entity'],
    summary: 'Show one entity: types, aliases, properties, sources, degrees, rank.',
    complete: async (command) => (await import('./entity.command.js')).completeEntity(command),
  },
  {
    words: ['kg', 'check'],
    summary: 'Look through source files before an import: rows in error, repeats, dangling ends, clashes, hubs.',
    complete: async (command) => (await import('./check-source.command.js')).completeCheckSource(command),
  },
  {
    words: ['kg', 'neighbours'],
    summary: 'Show the neighbours of an entity, the most important first.',
    complete: async (command) => (await import('./neighbours.command.js')).completeNeighbours(command),
  },
  {
    words: ['kg', 'neighbourhood'],
    summary: 'Show the graph within 1 to 3 edges of an entity.',
    complete: async (command) => (await import('./subgraph.command.js')).completeNeighbourhood(command),
  },
  {
    words: ['kg', 'subgraph'],
    summary: 'Show the edges among some entities, and the graph around them.',
    complete: async (command) => (await import('./subgraph.command.js')).completeSubgraph(command),
  },
  {
    words: ['kg', 'paths'],
    summary: 'Show the shortest paths between two entities.',
    complete: async (command) => (await import('./paths.command.js')).completePaths(command),
  },
  {
    words: ['kg', 'delete'],
    summary: 'Delete a graph and what was computed from it; shows what would go unless --yes is given.',
    complete: async (command) => (await import('./delete-graph.command.js')).completeDeleteGraph(command),
  },
  {
    words: ['kg', 'search'],
    summary: 'Find entities by a part of their name or alias.',
    complete: async (command) => (await import('./search.command.js')).completeSearch(command),
  },
  {
    words: ['link'],
    summary: 'Show which entities of a graph a text mentions, and why these.',
    complete: async (command) => (await import('./link.command.js')).completeLink(command),
  },
  {
    words: ['smedbert', 'explain'],
    summary:
      'Show what a pre-trained model sees in texts: mentions, neighbours with attention, gates; as a page with --html.',
    complete: async (command) => (await import('./explain.command.js')).completeExplain(command),
  },
  {
    words: ['kg', 'predict'],
    summary: 'Ask the trained vectors for the most plausible tails, heads or relations.',
    complete: async (command) => (await import('./predict.command.js')).completePredict(command),
  },
  {
    words: ['kg', 'suggest'],
    summary: 'List the most plausible new edges of a whole relation, for example drugs for diseases.',
    complete: async (command) => (await import('./suggest.command.js')).completeSuggest(command),
  },
  {
    words: ['kg', 'similar'],
    summary: 'Show the entities whose vectors are most like those of one.',
    complete: async (command) => (await import('./predict.command.js')).completeSimilar(command),
  },
  {
    words: ['kg', 'analogy'],
    summary: 'Show what is to one entity as a second is to a first, by their vectors.',
    complete: async (command) => (await import('./predict.command.js')).completeAnalogy(command),
  },
  {
    words: ['smedbert', 'predict'],
    summary: 'Ask a fine-tuned model: entities, labels, relations or scores of texts, one or a whole file.',
    complete: async (command) => (await import('./task-predict.command.js')).completeTaskPredict(command),
  },
  {
    words: ['medal', 'disambiguate'],
    summary: 'Show what the abbreviations of a text mean there, with probabilities and alternatives.',
    complete: async (command) => (await import('./disambiguate.command.js')).completeDisambiguate(command),
  },
  {
    words: ['runs', 'list'],
    summary: 'List training runs, the newest first.',
    complete: async (command) => (await import('./runs.command.js')).completeListRuns(command),
  },
  {
    words: ['runs', 'show'],
    summary: 'Show one run: its settings, inputs, figures and checkpoints.',
    complete: async (command) => (await import('./runs.command.js')).completeShowRun(command),
  },
  {
    words: ['runs', 'verify'],
    summary: 'Compare every file of runs with the hashes recorded of it.',
    complete: async (command) => (await import('./verify.command.js')).completeVerifyRuns(command),
  },
  {
    words: ['artefacts', 'list'],
    summary: 'List the results of stages.',
    complete: async (command) => (await import('./verify.command.js')).completeListArtefacts(command),
  },
  {
    words: ['artefacts', 'verify'],
    summary: 'Compare every file of artefacts with the hashes recorded of it.',
    complete: async (command) => (await import('./verify.command.js')).completeVerifyArtefacts(command),
  },
  {
    words: ['jobs', 'list'],
    summary: 'List jobs, the newest first.',
    complete: async (command) => (await import('./jobs.command.js')).completeListJobs(command),
  },
  {
    words: ['jobs', 'show'],
    summary: 'Show one job: state, settings, result or error.',
    complete: async (command) => (await import('./jobs.command.js')).completeShowJob(command),
  },
  {
    words: ['jobs', 'metrics'],
    summary: 'Show the metrics that a job told, by step.',
    complete: async (command) => (await import('./jobs.command.js')).completeJobMetrics(command),
  },
  {
    words: ['jobs', 'start'],
    summary: 'Put a stage into the queue; a running service works on it.',
    complete: async (command) => (await import('./jobs.command.js')).completeStartJob(command),
  },
  {
    words: ['jobs', 'cancel'],
    summary: 'Ask a job to stop at its next safe point.',
    complete: async (command) => (await import('./jobs.command.js')).completeCancelJob(command),
  },
  {
    words: ['jobs', 'resume'],
    summary: 'Begin a job that ended without success once more, from its checkpoints.',
    complete: async (command) => (await import('./jobs.command.js')).completeResumeJob(command),
  },
  {
    words: ['jobs', 'follow'],
    summary: 'Show the progress of a job until it ends.',
    complete: async (command) => (await import('./jobs.command.js')).completeFollowJob(command),
  },
  {
    words: ['keys', 'create'],
    summary: 'Make an API key; it is shown once.',
    complete: async (command) => (await import('./keys.command.js')).completeCreateKey(command),
  },
  {
    words: ['keys', 'list'],
    summary: 'List API keys, without their secrets.',
    complete: async (command) => (await import('./keys.command.js')).completeListKeys(command),
  },
  {
    words: ['keys', 'revoke'],
    summary: 'Revoke an API key.',
    complete: async (command) => (await import('./keys.command.js')).completeRevokeKey(command),
  },
  {
    words: ['config', 'print'],
    summary: 'Print the effective configuration, secrets masked.',
    complete: async (command) => (await import('./config.command.js')).completePrintConfig(command),
  },
  {
    words: ['demo'],
    summary: 'Run the whole chain on the small world in toy_kg/ and write its report.',
    complete: async (command) => (await import('./demo/demo.command.js')).completeDemo(command),
  },
  {
    words: ['recipe'],
    summary: 'Run a published result again: its chain of stages, once for each seed.',
    complete: async (command) => (await import('./recipe.command.js')).completeRecipe(command),
  },
  {
    words: ['smedbert', 'compare'],
    summary: 'Does the graph help? Train variants under equal budgets and tell their differences.',
    complete: async (command) => (await import('./comparison/compare.command.js')).completeCompare(command),
  },
  {
    words: ['doctor'],
    summary: 'Say what is there and what is missing, with a fix for each.',
    complete: async (command) => (await import('./doctor.command.js')).completeDoctor(command),
  },
  {
    words: ['serve'],
    summary: 'Start the HTTP service.',
    complete: async (command) => (await import('./serve.command.js')).completeServe(command),
  },
];

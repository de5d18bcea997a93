#!/usr/bin/env node
/** The command line. Everything else is loaded by the command that needs it, so that help answers at once. */
import { runProgram } from './cli/program.js';

process.exitCode = await runProgram(process.argv.slice(2));

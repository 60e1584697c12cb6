/** The request core, for scripts and other packages: providers, catalog, pricing and the run, without n8n. */
module.exports = require('./dist/nodes/core');

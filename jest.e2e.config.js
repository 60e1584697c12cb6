const base = require('./jest.config');

/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	// Every test file has a full n8n of its own.
	maxWorkers: 1,
	testTimeout: 180_000,
};

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,contract,faults,engine}/**/*.test.ts'],
	// Neither the built package nor a full n8n nor Stryker's copy is a source of modules for the tests.
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/host/', '<rootDir>/.n8n-host/', '<rootDir>/.stryker-tmp/'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/host/'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	testTimeout: 30_000,
};

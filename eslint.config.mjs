import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Only these may be imported by what ships, besides the package's own files: n8n Cloud provides them. */
const CLOUD_MODULES = ['n8n-workflow', 'zod', 'p-limit', 'lodash', 'luxon', 'node:crypto'];

const onlyModules = (modules, message) => [
	'error',
	{ patterns: [{ regex: `^(?!\\.{1,2}(/|$)|(${modules.join('|')})$)`, message }] },
];

/** Arrows point inward: a node -> nodes/n8n -> nodes/core, and nodes/transport -> nodes/core. */
const zone = (target, from, message) => ({ target: `./nodes/${target}`, from: from.map((room) => `./nodes/${room}`), message });
const NODES = ['GenerateImage', 'EditImage', 'PollTask', 'EstimateCost'];
const ZONES = [
	zone('core', ['n8n', 'transport', ...NODES], 'The core knows neither n8n nor a network.'),
	zone('transport', ['n8n', ...NODES], 'The transport knows only the types of the core.'),
	zone('n8n', NODES, 'What nodes share knows no node.'),
	...NODES.map((node) =>
		zone(node, ['transport', ...NODES.filter((other) => other !== node)], 'A node reaches sockets through nodes/n8n, and knows no other node.'),
	),
	...['providers', 'catalog', 'pricing'].map((room) =>
		zone(`core/${room}`, ['core/http', 'core/tasks', 'core/run.ts'], 'Providers, catalog and pricing are pure: they send nothing.'),
	),
	{ target: ['./nodes', './credentials'], from: ['./test', './scripts'], message: 'What ships knows no test and no script.' },
	{ target: './test/sandbox', from: ['./nodes', './credentials'], message: 'The sandbox shares no code with what it tests.' },
];

const PROVIDER_IDS = '/^(openai|apiyi|uniall|toapis|unifically)$/';

export default tseslint.config(
	{ ignores: ['dist/', 'coverage/', 'reports/', '.stryker-tmp/', 'demo-output/', 'test/host/', '.n8n-host/', '**/node_modules/'] },
	{ linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommended],
		languageOptions: { parserOptions: { project: ['tsconfig.json', 'test/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
		plugins: { 'import-x': importX },
		settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.mjs', '.json'] })] },
		rules: {
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/no-unnecessary-condition': 'error',
			'@typescript-eslint/no-unnecessary-type-assertion': 'error',
			'@typescript-eslint/only-throw-error': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
			'import-x/no-cycle': 'error',
			'import-x/no-restricted-paths': ['error', { zones: ZONES, basePath: import.meta.dirname }],
			// A path that does not resolve would slip past the zones.
			'import-x/no-unresolved': ['error', { ignore: ['^[^.]'] }],
			'max-lines': ['error', 350],
			eqeqeq: 'error',
		},
	},
	{
		// n8n Cloud's rules, so that single-service editions can be built from the same core.
		files: ['{nodes,credentials}/**/*.ts'],
		ignores: ['nodes/transport/**'],
		plugins: { '@n8n/community-nodes': n8nCommunityNodesPlugin },
		rules: {
			'@n8n/community-nodes/no-restricted-imports': 'error',
			'@n8n/community-nodes/no-restricted-globals': 'error',
			'no-restricted-imports': onlyModules(CLOUD_MODULES, 'n8n Cloud does not provide this module.'),
			'no-console': 'error',
		},
	},
	{
		files: ['nodes/core/**/*.ts'],
		rules: {
			'no-restricted-imports': onlyModules(
				CLOUD_MODULES.filter((module) => module !== 'n8n-workflow'),
				'The core knows neither n8n nor a network.',
			),
		},
	},
	{
		files: ['nodes/transport/**/*.ts'],
		rules: { 'no-restricted-imports': onlyModules(['undici', 'node:.+'], 'The transport needs undici and Node.') },
	},
	{
		files: ['nodes/**/*.ts'],
		ignores: ['nodes/core/{providers,catalog}/**'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: `Literal[value=${PROVIDER_IDS}]`,
					message: 'Ask the registry: a provider is named in its adapter and its catalog only.',
				},
			],
		},
	},
	{
		files: ['test/**/*.test.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
					message: 'Every test runs.',
				},
				{ selector: 'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]', message: 'Every test runs.' },
			],
		},
	},
	{
		files: ['**/*.{js,cjs,mjs}'],
		rules: { eqeqeq: 'error', 'no-unused-vars': 'error' },
	},
);

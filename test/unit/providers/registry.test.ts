import { modelEntrySchema } from '../../../nodes/core/catalog/schema';
import { gateways, Registry, registry } from '../../../nodes/core/providers';
import { failureOf } from '../../support/failure';

describe('the registry', () => {
	it('holds the five gateways in the order users see them', () => {
		expect(registry.all.map(({ provider }) => provider.id)).toEqual(['openai', 'apiyi', 'uniall', 'toapis', 'unifically']);
	});

	it('finds a gateway by id, and names the ids there are', () => {
		expect(registry.gateway('toapis').provider.displayName).toBe('ToAPIs');
		const error = failureOf(() => new Registry(gateways.slice(0, 2)).gateway('toapis'));
		expect(error).toMatchObject({ kind: 'invalid_request', message: 'There is no provider "toapis"; there are openai and apiyi' });
	});

	it.each(gateways.map((gateway) => [gateway.provider.id, gateway] as const))('gives %s models of its own only', (id, { models }) => {
		expect(new Set(models.map(({ provider }) => provider))).toEqual(new Set([id]));
	});

	it.each(gateways.map(({ provider }) => provider))('has a valid entry for models $id may have tomorrow', (provider) => {
		const entry = provider.passthrough('model-of-tomorrow');
		expect(modelEntrySchema.parse(entry)).toMatchObject({ provider: provider.id, wireModel: 'model-of-tomorrow', price: { basis: 'unknown' } });
	});
});

import { Credentials } from 'n8n-core';
import type { PackageDirectoryLoader } from 'n8n-core';
import { ICredentialsHelper, NodeHelpers, isExpression } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	IRequestOptionsSimplified,
	Workflow,
} from 'n8n-workflow';

/** What a test gives for each credential: the fields of the form, keyed by credential type. */
export type GivenCredentials = Record<string, ICredentialDataDecryptedObject>;

/** Credentials as n8n's own helper serves them, with the package's real classes and without a database or encryption. */
export class EngineCredentials extends ICredentialsHelper {
	constructor(
		private readonly loader: PackageDirectoryLoader,
		private readonly given: GivenCredentials,
	) {
		super();
	}

	type(name: string): ICredentialType {
		return this.loader.getCredential(name).type;
	}

	/** Fills in the defaults of the form, as n8n does before it hands a credential out. */
	withDefaults(name: string, data: ICredentialDataDecryptedObject): ICredentialDataDecryptedObject {
		const filled = NodeHelpers.getNodeParameters(this.type(name).properties, data as INodeParameters, true, false, null, null);
		return filled as ICredentialDataDecryptedObject;
	}

	async getDecrypted(_: unknown, details: INodeCredentialsDetails, name: string) {
		const data = this.given[name];
		if (!data) throw new Error(`Credential with ID "${details.id}" does not exist for type "${name}".`);
		return this.withDefaults(name, data);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		name: string,
		incoming: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const request = incoming as IHttpRequestOptions;
		const { authenticate } = this.type(name);
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		if (!authenticate || !workflow || !node) return request;
		const resolve = (value: string) =>
			isExpression(value)
				? String(workflow.expression.getSimpleParameterValue(node, value, 'internal', { $credentials: credentials }) ?? '')
				: value;
		const merged: Record<string, unknown> = { ...request };
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const added = Object.entries(values as Record<string, string>).map(([key, value]) => [resolve(key), resolve(value)]);
			merged[part] = { ...(merged[part] as object | undefined), ...Object.fromEntries(added) };
		}
		return merged as unknown as IHttpRequestOptions;
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(details: INodeCredentialsDetails, name: string) {
		return new Credentials({ id: details.id, name: details.name }, name);
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	getCredentialsProperties(name: string) {
		return this.type(name).properties;
	}
}

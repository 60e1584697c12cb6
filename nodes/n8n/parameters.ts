import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { z } from 'zod';

import {
	ASPECT_RATIOS, BACKGROUNDS, OUTPUT_FORMATS, QUALITIES, RESOLUTIONS,
	type ImageRequest, type ImageSource, type SizeChoice,
} from '../core/request';
import type { RunOptions } from '../core/result';
import type { Operation } from '../core/task';
import { type Check, check, choice, dollars, jsonObject, name, number, text, wholeNumber, yesNo } from './checks';
import { binaryKey } from './image-store';
import type { Layout } from './items';

const MEGABYTE = 1024 * 1024;

/** A resource locator, or the plain id that a workflow written by hand may hold. */
const locator: Check<string> = z.preprocess(
	(value) => (typeof value === 'object' && value !== null && 'value' in value ? value.value : value),
	name,
);

/** Reads a parameter by its name; `whenHidden` stands in while the editor hides it. */
type ReadParameter = (parameter: string, whenHidden: unknown) => unknown;

/** The parameters of one input item. Every message names the parameter as the editor shows it. */
export class ItemParameters {
	private constructor(
		private readonly read: ReadParameter,
		readonly itemIndex: number,
	) {}

	static ofItem(context: IExecuteFunctions, itemIndex: number): ItemParameters {
		return new ItemParameters((parameter, whenHidden) => context.getNodeParameter(parameter, itemIndex, whenHidden), itemIndex);
	}

	/** A resumed node's parameters: those of its first saved item. */
	static ofWebhook(context: IWebhookFunctions): ItemParameters {
		return new ItemParameters((parameter, whenHidden) => context.getNodeParameter(parameter, whenHidden), 0);
	}

	/** A parameter that is always shown or has a value while it is hidden. */
	get<T>(parameter: string, label: string, schema: Check<T>, whenHidden?: T): T {
		return check(label, schema, this.read(parameter, whenHidden));
	}

	/** Null while the editor hides the parameter. */
	getIfShown<T>(parameter: string, label: string, schema: Check<T>): T | null {
		const value = this.read(parameter, null);
		return value === null ? null : check(label, schema, value);
	}

	/** An entry of the Options collection; undefined where the user did not add it. */
	option<T>(parameter: string, label: string, schema: Check<T>): T | undefined {
		return this.getIfShown(`options.${parameter}`, `Options > ${label}`, schema) ?? undefined;
	}
}

/** The id of the chosen provider. Throws `invalid_request`, like all that read a parameter. */
export function readProvider(parameters: ItemParameters): string {
	return parameters.get('provider', 'Provider', name);
}

/** The id of the chosen model, from the list or typed. */
export function readModel(parameters: ItemParameters): string {
	return parameters.get('model', 'Model', locator);
}

/** A model that offers no choice of size has its Sizing hidden, and decides alone. */
function readSize(parameters: ItemParameters): SizeChoice {
	const sizing = parameters.getIfShown('sizing', 'Sizing', choice(['aspectRatio', 'pixels', 'auto'])) ?? 'auto';
	switch (sizing) {
		case 'auto':
			return { sizing };
		case 'pixels':
			return {
				sizing,
				width: parameters.get('width', 'Width', wholeNumber(1, 65_536)),
				height: parameters.get('height', 'Height', wholeNumber(1, 65_536)),
				snap: parameters.option('snapSize', 'Snap Size', yesNo) ?? false,
			};
		case 'aspectRatio':
			return {
				sizing,
				aspectRatio: parameters.get('aspectRatio', 'Aspect Ratio', choice(ASPECT_RATIOS), '1:1'),
				resolution: parameters.get('resolution', 'Resolution', choice(RESOLUTIONS), '1K'),
			};
	}
}

/** What decides the price: shared by the image nodes and Estimate Cost. */
export function readPricedParameters(
	parameters: ItemParameters,
): Pick<ImageRequest, 'provider' | 'model' | 'size' | 'quality' | 'count'> {
	return {
		provider: readProvider(parameters),
		model: readModel(parameters),
		size: readSize(parameters),
		quality: parameters.get('quality', 'Quality', choice(QUALITIES), 'auto'),
		count: parameters.get('numberOfImages', 'Number of Images', number),
	};
}

const imageRow = z.object({ source: z.string(), binaryField: z.unknown(), url: z.unknown() }).partial().passthrough();

function readImage(row: z.infer<typeof imageRow>, label: string, itemIndex: number): ImageSource {
	const source = check(`${label} > Source`, choice(['binary', 'url']), row.source ?? 'binary');
	return source === 'url'
		? { kind: 'url', url: check(`${label} > URL`, name, row.url) }
		: { kind: 'binary', key: binaryKey(itemIndex, check(`${label} > Binary Field`, name, row.binaryField ?? 'data')) };
}

function readImages(parameters: ItemParameters): ImageSource[] {
	const rows = parameters.get('images.image', 'Images', z.array(imageRow), []);
	return rows.map((row, position) => readImage(row, `Image ${position + 1}`, parameters.itemIndex));
}

function readMask(parameters: ItemParameters): ImageSource | undefined {
	const row = parameters.getIfShown('mask.file', 'Mask', imageRow);
	return row ? readImage(row, 'Mask', parameters.itemIndex) : undefined;
}

/** One item's wish for images, checked for form; the catalog judges it next. */
export function readImageRequest(parameters: ItemParameters, operation: Operation): ImageRequest {
	return {
		...readPricedParameters(parameters),
		operation,
		prompt: parameters.get('prompt', 'Prompt', text),
		images: readImages(parameters),
		mask: operation === 'edit' ? readMask(parameters) : undefined,
		outputFormat: parameters.option('outputFormat', 'Output Format', choice(OUTPUT_FORMATS)),
		outputCompression: parameters.option('outputCompression', 'Output Compression', wholeNumber(0, 100)),
		background: parameters.option('background', 'Background', choice(BACKGROUNDS)),
		moderation: parameters.option('moderation', 'Moderation', choice(['auto', 'low'])),
		clientReference: parameters.option('clientReference', 'Client Reference', name),
		extraParameters: parameters.option('extraParameters', 'Extra Parameters', jsonObject),
	};
}

/** Where finished images go. */
export function readLayout(parameters: ItemParameters): Layout {
	return {
		outputLayout: parameters.option('outputLayout', 'Output Layout', choice(['itemPerImage', 'oneItem'])) ?? 'itemPerImage',
		binaryField: parameters.option('binaryField', 'Binary Field', name) ?? 'data',
	};
}

/** How long and how many at once: what Generate, Edit and Poll share. */
export function readPace(
	parameters: ItemParameters,
): Pick<RunOptions, 'deliver' | 'timeoutMs' | 'concurrency' | 'downloadLimitBytes'> {
	return {
		deliver: parameters.get('deliver', 'Deliver', choice(['binary', 'url'])),
		timeoutMs: (parameters.option('timeoutSeconds', 'Timeout', wholeNumber(1, 86_400)) ?? 600) * 1_000,
		concurrency: parameters.option('concurrency', 'Concurrency', wholeNumber(1, 100)) ?? 5,
		downloadLimitBytes: (parameters.option('downloadLimitMb', 'Download Limit', wholeNumber(1, 1_024)) ?? 100) * MEGABYTE,
	};
}

/** What holds for a whole run of an image node, whatever the item. */
export interface RunSettings {
	options: RunOptions;
	maxCostUsd: number | null;
	/** Whether the user wants the execution suspended until the provider calls back. */
	callback: boolean;
	/** Why a run that should be suspended polls instead. */
	pollsBecause?: string;
}

/** What holds for the whole run. */
export function readRunSettings(parameters: ItemParameters): RunSettings {
	const completion = parameters.get('completion', 'Completion', choice(['wait', 'submit', 'callback']), 'wait');
	return {
		callback: completion === 'callback',
		options: {
			...readPace(parameters),
			completion: completion === 'callback' ? 'submit' : completion,
			maxRetries: parameters.option('maxRetries', 'Maximum Retries', wholeNumber(0, 10)) ?? 3,
			onUncertain: parameters.option('onUncertain', 'On Uncertain Outcome', choice(['fail', 'retry'])) ?? 'fail',
		},
		maxCostUsd: parameters.option('maxCostUsd', 'Maximum Cost', dollars) ?? null,
	};
}

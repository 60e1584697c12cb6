import type { INodeProperties } from 'n8n-workflow';

import type { ModelEntry } from '../../core/catalog/schema';
import type { Gateway } from '../../core/providers/provider';
import type { Operation } from '../../core/task';
import { variants } from './variants';

/** The fields of one image: a binary field of the input item, or a URL. */
const SOURCE_FIELDS: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{ name: 'Binary Field', value: 'binary', description: 'A file of the input item' },
			{ name: 'URL', value: 'url', description: 'An http or https address, or a data URI' },
		],
		default: 'binary',
		description: 'Where the image comes from',
	},
	{
		displayName: 'Binary Field',
		name: 'binaryField',
		type: 'string',
		default: 'data',
		hint: 'The name of the field in the Binary tab of the input',
		displayOptions: { show: { source: ['binary'] } },
		description: 'Name of the binary field that holds the PNG, JPEG or WebP file',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/packshot.png',
		displayOptions: { show: { source: ['url'] } },
		description: 'Address of the image',
	},
];

/** What becomes of files where the wire takes addresses only; null where files travel. */
function fileHint({ references }: ModelEntry, uploads: boolean): string | null {
	if (references.accepts !== 'url') return null;
	return uploads ? 'This provider takes addresses: files are uploaded to it first' : 'This model takes addresses only: set Source to URL';
}

/** Images, ordered: what Edit Image changes and what Generate Image looks at. */
export function imagesProperties(gateways: readonly Gateway[], operation: Operation): INodeProperties[] {
	const edit = operation === 'edit';
	// One row to begin with: there is always an image to edit.
	const initially = edit ? { default: { image: [{ source: 'binary', binaryField: 'data' }] } } : {};
	const uploading = new Set(gateways.filter(({ provider }) => provider.upload).map(({ provider }) => provider.id));
	const facetOf = (entry: ModelEntry) =>
		entry.references.max > 0 ? { max: entry.references.max, hint: fileHint(entry, uploading.has(entry.provider)) } : null;
	return variants({ gateways, operations: [operation], root: '' }, facetOf, ({ max, hint }) => ({
		displayName: edit ? 'Images' : 'Reference Images',
		name: 'images',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Image', sortable: true },
		default: {},
		placeholder: 'Add Image',
		description: `${edit ? 'The images to edit, at least one' : 'Images for the model to look at'}, in this order, at most ${max}`,
		...(hint !== null && { hint }),
		options: [{ displayName: 'Image', name: 'image', values: SOURCE_FIELDS }],
		...initially,
	}));
}

/** The mask of Edit Image, where the model takes one. */
export function maskProperties(gateways: readonly Gateway[]): INodeProperties[] {
	return variants({ gateways, operations: ['edit'], root: '' }, ({ mask }) => (mask ? true : null), () => ({
		displayName: 'Mask',
		name: 'mask',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Add Mask',
		description: 'A PNG as large as the first image; where it is transparent, the image is changed',
		options: [{ displayName: 'File', name: 'file', values: SOURCE_FIELDS }],
	}));
}

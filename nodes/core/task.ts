import { z } from 'zod';

/** What a request does. */
export const OPERATIONS = ['generate', 'edit'] as const;

/** Make an image, or change one. */
export type Operation = (typeof OPERATIONS)[number];

/**
 * A provider's promise of images: all that Poll Task needs, and no secret.
 * Saved by users inside n8n items, so fields are only ever added.
 */
export const taskHandleSchema = z.object({
	provider: z.string().min(1),
	taskId: z.string().min(1),
	/** Canonical model id. */
	model: z.string(),
	operation: z.enum(OPERATIONS),
	/** How many images the task will give. */
	count: z.number().int().positive(),
	/** ISO 8601 time of the submission. */
	submittedAt: z.string(),
	/** Hash of the normalised request. */
	fingerprint: z.string(),
});

/** All that is needed to finish a task later; plain JSON without a secret. */
export type TaskHandle = z.infer<typeof taskHandleSchema>;

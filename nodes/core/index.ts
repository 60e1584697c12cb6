/** The request core without n8n: what scripts and other packages may use. */
export { ImageError, type ErrorKind, type ErrorReport } from './errors';
export { planRequest } from './plan';
export type { PlannedRequest } from './planned';
export type { Clock, ImageStore, Random, Surroundings, Transport } from './ports';
export { compareModels, type Comparison } from './pricing/compare';
export { quoteRequest, type Quote } from './pricing/quote';
export { gateways, Registry, registry } from './providers';
export type { Gateway, Provider } from './providers/provider';
export { imageRequestSchema, type ImageRequest } from './request';
export type { Account, Completed, FailedOutcome, Job, JobResult, Outcome, Pending, RunOptions } from './result';
export { followTasks, runJobs, type FollowedTask, type FollowOptions } from './run';
export { taskHandleSchema, type TaskHandle } from './task';

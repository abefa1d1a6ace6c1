// passes
import { ApplicationFailure } from '@temporalio/common';
import { condition } from '@temporalio/workflow';

export const used = [ApplicationFailure, condition];

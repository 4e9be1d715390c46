import type { Catalogue } from '.';
import { en } from './en';

export const nl: Catalogue = en;

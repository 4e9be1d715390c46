import type { Catalogue } from '.';
import { en } from './en';

export const zh: Catalogue = en;

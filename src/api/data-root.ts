/** Where uploads lie and what jobs over HTTP may read: `dataRoot` of the settings, else `uploads/` of the workspace. */
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Workspace } from '../runs/workspace.js';
import { ServiceSettings } from '../settings/service-settings.js';

@Injectable()
export class DataRoot {
  readonly folder: string;
  /** Where uploads are put: always of the workspace, so that a data root may be read-only. */
  readonly uploads: string;

  constructor(
    private readonly workspace: Workspace,
    { dataRoot }: ServiceSettings,
  ) {
    this.uploads = join(workspace.home, 'uploads');
    this.folder = dataRoot === undefined ? this.uploads : resolve(dataRoot);
  }

  async makeUploads(): Promise<string> {
    return this.workspace.makeFolder(this.uploads);
  }
}

// Records a migration that is done; a version never goes back.
MERGE (schema:MedgraftSchema {id: 'medgraft'})
  ON CREATE SET schema.graphs = 0, schema.version = 0
SET schema.version = CASE WHEN schema.version < $version THEN $version ELSE schema.version END

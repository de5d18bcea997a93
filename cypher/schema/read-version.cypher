// The version that the migrations of earlier runs brought the schema to.
MATCH (schema:MedgraftSchema {id: 'medgraft'})
RETURN schema.version

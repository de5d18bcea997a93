// How many of its batches a lane has in; no row when its graph was removed meanwhile.
MATCH (lane:MedgraftLane {id: $lane})
RETURN lane.done

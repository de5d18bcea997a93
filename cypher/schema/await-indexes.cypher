// An index that is still filled answers no question.
CALL db.awaitIndexes(300)

"""How well what an applicant sent goes with the posting, told to the team; it moves nothing."""

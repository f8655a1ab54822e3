"""Personal data: what each app holds, why and for how long, how it is handed out and how it is forgotten."""

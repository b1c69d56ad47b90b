raise SystemExit("ESCAPED: a file that lay beside the submission was imported")

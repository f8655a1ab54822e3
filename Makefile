# For fingers that type make; ./dev does the work and needs no make.
VERBS := run test lint types races faults fuzz tour house doctor reset lock env

.PHONY: $(VERBS)
$(VERBS):
	./dev $@

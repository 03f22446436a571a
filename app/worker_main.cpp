#include "app/worker/worker_program.h"

int main(int argc, char** argv) { return fanlight::run_worker_program(argc, argv); }

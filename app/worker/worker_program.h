#pragma once

namespace fanlight {

/// The whole of fanlight-worker. A program with families of its own adds them before it calls this.
int run_worker_program(int argc, char** argv);

}  // namespace fanlight

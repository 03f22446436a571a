#include "core/run/child_process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace fanlight {

void tie_to_owner(pid_t owner) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != owner) ::_exit(1);  // the owner died before the line above
}

void tie_to_owner_in_own_group(pid_t owner) {
    ::setpgid(0, 0);
    tie_to_owner(owner);
}

}  // namespace fanlight

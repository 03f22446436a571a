#pragma once

#include "core/batch/styles.h"

namespace fanlight::ui {

/// The styles on this machine. Reads their files: not in the GUI thread.
Styles stylesHere();

}  // namespace fanlight::ui

#pragma once

#include <QIcon>
#include <QString>

#include "core/owner/run_state.h"

namespace fanlight::ui {

/// "Waiting", "In progress" and so on.
QString itemStateText(ItemState state);
QIcon itemStateIcon(ItemState state);

}  // namespace fanlight::ui

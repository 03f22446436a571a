#include "ui/models/item_states.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

struct StateText {
    ItemState state;
    const char* text;
    const char* icon;
};

constexpr std::array<StateText, 5> states = {
    {{ItemState::Pending, QT_TRANSLATE_NOOP("ItemState", "Waiting"), "pending"},
     {ItemState::Working, QT_TRANSLATE_NOOP("ItemState", "In progress"), "working"},
     {ItemState::Done, QT_TRANSLATE_NOOP("ItemState", "Done"), "done"},
     {ItemState::Failed, QT_TRANSLATE_NOOP("ItemState", "Failed"), "failed"},
     {ItemState::Cancelled, QT_TRANSLATE_NOOP("ItemState", "Cancelled"), "cancel"}}};

const StateText& textsOf(ItemState state) {
    return *std::find_if(states.begin(), states.end(), [&](const StateText& s) { return s.state == state; });
}

}  // namespace

QString itemStateText(ItemState state) { return QCoreApplication::translate("ItemState", textsOf(state).text); }
QIcon itemStateIcon(ItemState state) { return icon(textsOf(state).icon); }

}  // namespace fanlight::ui

#include "ui/prompts/offered_names.h"

#include "ui/models/background.h"

namespace fanlight::ui {

namespace {

constexpr int restMs = 3000;

void showIn(QStringListModel& model, const QStringList& names) {
    if (names != model.stringList()) model.setStringList(names);  // an open list would close
}

}  // namespace

void OfferedNames::refresh() {
    if (areGiven_ || isReading_ || (sinceRead_.isValid() && sinceRead_.elapsed() < restMs)) return;
    isReading_ = true;
    inBackground(this, &namesHere, [this](const NamesHere& names) {
        isReading_ = false;
        sinceRead_.start();
        if (!areGiven_) show(names);
    });
}

void OfferedNames::setNames(const NamesHere& names) {
    areGiven_ = true;
    show(names);
}

void OfferedNames::show(const NamesHere& names) {
    showIn(models_, names.models);
    showIn(loras_, names.loras);
    showIn(embeddings_, names.embeddings);
    showIn(styles_, names.styles);
}

}  // namespace fanlight::ui

#include "moc_offered_names.cpp"

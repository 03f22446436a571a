#include "ui/devices/mode_chooser.h"

#include <QButtonGroup>
#include <QLabel>
#include <QRadioButton>
#include <QScopedValueRollback>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

namespace fanlight::ui {

namespace {

struct ModeText {
    Mode mode;
    const char* title;
    const char* help;
};

constexpr ModeText modeTexts[] = {
    {Mode::Replicas, QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "Replicas: a whole model on each device"),
     QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "Fastest if the model fits on each device.")},
    {Mode::Sharded, QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "Sharded: one model over all devices"),
     QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "For models too large for one device; one image at a time.")},
    {Mode::Pipelined, QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "Pipelined: a stage on each device"),
     QT_TRANSLATE_NOOP("fanlight::ui::ModeChooser", "For models too large for one device; many images at once.")},
};

const ModeText& textOf(Mode mode) {
    return *std::find_if(std::begin(modeTexts), std::end(modeTexts), [&](const ModeText& t) { return t.mode == mode; });
}

}  // namespace

ModeChooser::ModeChooser(QWidget* parent)
    : QWidget(parent), group_(new QButtonGroup(this)), options_(new PlacementOptions) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(2);
    for (const ModeText& text : modeTexts) addLine(text.mode, text.title);
    lines_.at(Mode::Replicas).button->setChecked(true);
    layout->addWidget(options_);
    connect(options_, &PlacementOptions::edited, this, &ModeChooser::edited);
    connect(group_, &QButtonGroup::idToggled, this, [this](int mode, bool on) {
        if (!on) return;
        if (!isFallingBack_) chosen_ = static_cast<Mode>(mode);
        options_->setWays({});
        options_->setProblem({});
        options_->showMode(static_cast<Mode>(mode));
        Q_EMIT edited();
    });
}

void ModeChooser::addLine(Mode mode, const char* title) {
    Line line{.button = new QRadioButton(tr(title)), .note = new QLabel};
    group_->addButton(line.button, static_cast<int>(mode));
    line.note->setWordWrap(true);
    line.note->setForegroundRole(QPalette::PlaceholderText);
    const int indent = style()->pixelMetric(QStyle::PM_ExclusiveIndicatorWidth) +
                       style()->pixelMetric(QStyle::PM_RadioButtonLabelSpacing);
    line.note->setContentsMargins(isRightToLeft() ? 0 : indent, 0, isRightToLeft() ? indent : 0, 6);
    layout()->addWidget(line.button);
    layout()->addWidget(line.note);
    lines_.emplace(mode, line);
    show(mode);
}

Mode ModeChooser::mode() const { return static_cast<Mode>(group_->checkedId()); }
void ModeChooser::setMode(Mode mode) { lines_.at(mode).button->setChecked(true); }

PlacementChoice ModeChooser::chosen() const {
    PlacementChoice choice = options_->choice();
    choice.mode = chosen_;
    return choice;
}

void ModeChooser::setChosen(const PlacementChoice& choice) {
    if (choice == chosen()) return;
    options_->setChoice(choice);
    chosen_ = choice.mode;
    useChosen();
    Q_EMIT edited();
}

void ModeChooser::useChosen() {
    const QScopedValueRollback<bool> noChoice(isFallingBack_, true);
    setMode(lines_.at(chosen_).reason.isEmpty() ? chosen_ : Mode::Replicas);
}

void ModeChooser::setPrediction(Mode mode, const QString& text) {
    lines_.at(mode).prediction = text;
    show(mode);
}

void ModeChooser::setUsable(Mode mode, const QString& reason) {
    lines_.at(mode).reason = reason;
    show(mode);
    const QScopedValueRollback<bool> noChoice(isFallingBack_, true);
    if (!reason.isEmpty() && this->mode() == mode) setMode(Mode::Replicas);
}

void ModeChooser::show(Mode mode) {
    const Line& line = lines_.at(mode);
    const QString help = tr(textOf(mode).help);
    const QString note = !line.reason.isEmpty() ? line.reason : line.prediction.isEmpty() ? help : line.prediction;
    line.button->setEnabled(line.reason.isEmpty());
    line.button->setToolTip(help);
    line.button->setAccessibleDescription(note);
    line.note->setText(note);
}

}  // namespace fanlight::ui

#include "moc_mode_chooser.cpp"

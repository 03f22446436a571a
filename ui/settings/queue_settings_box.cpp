#include "ui/settings/queue_settings_box.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QTimeEdit>

#include "core/base/error.h"
#include "core/owner/run_queue.h"
#include "ui/models/sentence.h"
#include "ui/settings/form_caption.h"

namespace fanlight::ui {

namespace {

constexpr QuietHours usualNight{22 * 60, 7 * 60};

QTime timeOf(int minute) { return QTime(minute / 60, minute % 60); }
int minuteOf(const QTimeEdit* edit) { return edit->time().hour() * 60 + edit->time().minute(); }

QTimeEdit* makeTimeEdit(const QString& name) {
    auto* edit = new QTimeEdit;
    edit->setLayoutDirection(Qt::LeftToRight);  // first, or the format is turned around
    edit->setDisplayFormat("HH:mm");
    edit->setAccessibleName(name);
    return edit;
}

QLineEdit* makeCommand(const QString& name) {
    auto* edit = new QLineEdit;
    edit->setAccessibleName(name);
    edit->setLayoutDirection(Qt::LeftToRight);
    edit->setPlaceholderText(QueueSettingsBox::tr("a shell command"));
    edit->setToolTip(QueueSettingsBox::tr(
        "Executed unless you cancel the run. FANLIGHT_RUN_FOLDER, FANLIGHT_RUN_NAME, FANLIGHT_RUN_STATE,\n"
        "FANLIGHT_RUN_DONE, FANLIGHT_RUN_FAILED and FANLIGHT_RUN_TOTAL are in its environment.\n"
        "What it prints is kept with the logs of the run."));
    return edit;
}

}  // namespace

QueueSettingsBox::QueueSettingsBox(QWidget* parent)
    : QWidget(parent),
      goOn_(new QCheckBox(tr("Resume runs automatically after a crash or restart"))),
      isQuiet_(new QCheckBox(tr("Start nothing new between"))),
      quietFrom_(makeTimeEdit(tr("Quiet hours begin"))),
      quietTo_(makeTimeEdit(tr("Quiet hours end"))),
      afterRun_(makeCommand(tr("After each run"))),
      afterQueue_(makeCommand(tr("After the queue"))) {
    auto* title = new QLabel(tr("Queue"));
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 8, 0, 0);
    form->setVerticalSpacing(10);
    form->setHorizontalSpacing(16);
    form->addRow(title);
    form->addRow(goOn_);
    form->addRow(makeQuietRow());
    addLimits(form);
    form->addRow(caption(tr("After each run"), afterRun_), afterRun_);
    form->addRow(caption(tr("After the queue"), afterQueue_), afterQueue_);
    connect(isQuiet_, &QCheckBox::toggled, this, [this](bool quiet) {
        for (QTimeEdit* edit : {quietFrom_, quietTo_}) edit->setEnabled(quiet);
    });
    try {
        before_ = RunQueue().settings();
        show(before_);
    } catch (const Error& error) {
        setEnabled(false);
        setToolTip(said(error));
    }
}

QWidget* QueueSettingsBox::makeQuietRow() {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(isQuiet_);
    layout->addWidget(quietFrom_);
    layout->addWidget(new QLabel(tr("and")));
    layout->addWidget(quietTo_);
    layout->addStretch();
    return row;
}

void QueueSettingsBox::addLimits(QFormLayout* form) {
    struct Words {
        QString name, unit, meaning;
    };
    const QHash<QString, Words> words = {{"max_celsius",
                                          {tr("Temperature limit of GPUs"), tr(" °C"),
                                           tr("A hotter GPU starts nothing new until it has cooled down by 5 °C.")}},
                                         {"max_watts",
                                          {tr("Power limit of GPUs"), tr(" W"),
                                           tr("A GPU that has drawn more on average over the last minute starts "
                                              "nothing new until that is 5 % lower.")}}};
    for (const CardLimit& limit : card_limits()) {
        const Words& own = words[limit.key];
        auto* field = limits_.emplaceBack(new QSpinBox);
        field->setRange(limit.lowest - 1, limit.highest);
        field->setSpecialValueText(tr("no limit"));
        field->setSuffix(own.unit);
        field->setAccessibleName(own.name);
        field->setToolTip(own.meaning);
        form->addRow(caption(own.name, field), field);
    }
}

void QueueSettingsBox::show(const QueueSettings& settings) {
    const bool quiet = settings.quiet != QuietHours();
    const QuietHours hours = quiet ? settings.quiet : usualNight;
    goOn_->setChecked(settings.go_on_after_crash);
    isQuiet_->setChecked(quiet);
    quietFrom_->setTime(timeOf(hours.from));
    quietTo_->setTime(timeOf(hours.to));
    for (QTimeEdit* edit : {quietFrom_, quietTo_}) edit->setEnabled(quiet);
    for (qsizetype i = 0; i < limits_.size(); ++i)
        limits_[i]->setValue(settings.cards.*card_limits()[static_cast<size_t>(i)].limit);
    afterRun_->setText(QString::fromStdString(settings.after_run));
    afterQueue_->setText(QString::fromStdString(settings.after_queue));
}

void QueueSettingsBox::change(QueueSettings& settings) const {
    if (isQuiet_->isChecked() && quietFrom_->time() == quietTo_->time())
        throw UsageError("Quiet hours must begin and end at different times.");
    settings.go_on_after_crash = goOn_->isChecked();
    settings.quiet = isQuiet_->isChecked() ? QuietHours{minuteOf(quietFrom_), minuteOf(quietTo_)} : QuietHours();
    for (qsizetype i = 0; i < limits_.size(); ++i) {
        const CardLimit& limit = card_limits()[static_cast<size_t>(i)];
        const int value = limits_[i]->value();
        settings.cards.*limit.limit = value < limit.lowest ? 0 : value;
    }
    set_command(settings.after_run, afterRun_->text().toStdString());
    set_command(settings.after_queue, afterQueue_->text().toStdString());
}

QString QueueSettingsBox::save() const {
    if (!isEnabled()) return {};
    try {
        QueueSettings wanted = before_;
        change(wanted);
        if (wanted != before_) RunQueue().change_settings([this](QueueSettings& settings) { change(settings); });
        return {};
    } catch (const Error& error) {
        return said(error);
    }
}

}  // namespace fanlight::ui

#include "moc_queue_settings_box.cpp"

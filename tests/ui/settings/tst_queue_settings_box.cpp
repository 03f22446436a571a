#include "ui/settings/queue_settings_box.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeEdit>

#include "core/base/file.h"
#include "core/owner/run_queue.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;
namespace fs = std::filesystem;

class TestQueueSettingsBox : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;

    template <typename Control>
    static Control* control(const QWidget& box, const QString& name) {
        for (auto* each : box.findChildren<Control*>())
            if (each->accessibleName() == name || each->property("text").toString() == name) return each;
        return nullptr;
    }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", dir_->path().toUtf8());
    }

    void whatIsSetIsSavedAndShownAgain() {
        QueueSettingsBox box;
        QVERIFY(!control<QTimeEdit>(box, "Quiet hours begin")->isEnabled());
        control<QCheckBox>(box, "Start nothing new between")->setChecked(true);
        control<QTimeEdit>(box, "Quiet hours begin")->setTime({23, 30});
        control<QSpinBox>(box, "Temperature limit of GPUs")->setValue(85);
        control<QSpinBox>(box, "Power limit of GPUs")->setValue(250);
        control<QLineEdit>(box, "After each run")->setText("notify-send done");
        QCOMPARE(box.save(), QString());
        const QueueSettings settings = RunQueue().settings();
        QCOMPARE(text_of(settings.quiet), std::string("23:30-07:00"));
        QCOMPARE(settings.cards, (CardLimits{.celsius = 85, .watts = 250}));
        QCOMPARE(settings.after_run, std::string("notify-send done"));
        QueueSettingsBox again;
        QVERIFY(control<QCheckBox>(again, "Start nothing new between")->isChecked());
        QCOMPARE(control<QSpinBox>(again, "Temperature limit of GPUs")->value(), 85);
        QCOMPARE(control<QSpinBox>(again, "Power limit of GPUs")->value(), 250);
        QCOMPARE(control<QLineEdit>(again, "After each run")->text(), QString("notify-send done"));
        QCOMPARE(control<QLineEdit>(again, "After the queue")->text(), QString());
    }

    void timesAreNotMirrored() {
        QApplication::setLayoutDirection(Qt::RightToLeft);
        const QueueSettingsBox box;
        QApplication::setLayoutDirection(Qt::LeftToRight);
        QCOMPARE(control<QTimeEdit>(box, "Quiet hours begin")->text(), QString("22:00"));
    }

    void nothingIsWrittenWithoutAChange() {
        QCOMPARE(QueueSettingsBox().save(), QString());
        QVERIFY(!fs::exists(RunQueue::queue_file()));
    }

    void whatCannotBeIsSaid() {
        QueueSettingsBox box;
        control<QCheckBox>(box, "Start nothing new between")->setChecked(true);
        control<QTimeEdit>(box, "Quiet hours end")->setTime(control<QTimeEdit>(box, "Quiet hours begin")->time());
        QVERIFY(box.save().contains("different times"));
        QVERIFY(RunQueue().settings() == QueueSettings());
    }

    void aFileOfALaterVersionIsLeftAlone() {
        fs::create_directories(RunQueue::queue_file().parent_path());
        replace_file(RunQueue::queue_file(), R"({"version": 99})");
        const QueueSettingsBox box;
        QVERIFY(!box.isEnabled());
        QVERIFY(box.toolTip().contains("later version"));
        QCOMPARE(box.save(), QString());
        QCOMPARE(read_file(RunQueue::queue_file()), std::string(R"({"version": 99})"));
    }
};

FANLIGHT_TEST(TestQueueSettingsBox, QApplication)
#include "tst_queue_settings_box.moc"

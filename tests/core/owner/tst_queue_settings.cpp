#include "core/owner/queue_settings.h"

#include <QTest>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestQueueSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quietHoursMaySpanMidnight() {
        const QuietHours night = quiet_hours_in("22:00-07:30");
        for (const int quiet : {22 * 60, 23 * 60 + 59, 0, 7 * 60 + 29}) QVERIFY(night.has(quiet));
        for (const int loud : {7 * 60 + 30, 12 * 60, 21 * 60 + 59}) QVERIFY(!night.has(loud));
        const QuietHours noon = quiet_hours_in("12:00-13:00");
        QVERIFY(noon.has(12 * 60) && !noon.has(13 * 60) && !noon.has(0));
        QCOMPARE(text_of(night), std::string("22:00-07:30"));
        QCOMPARE(text_of(quiet_hours_in("7:05-9:00")), std::string("07:05-09:00"));
        for (int minute = 0; minute < 24 * 60; ++minute) QVERIFY(!QuietHours().has(minute));
        QVERIFY(quiet_hours_in("none") == QuietHours() && quiet_hours_in("") == QuietHours());
    }

    void theEndOfTheHoursIsTold() {
        const int now = time_of_day();
        const QuietHours around{(now + 1430) % 1440, (now + 10) % 1440}, later{(now + 10) % 1440, (now + 20) % 1440};
        QCOMPARE(quiet_until(around), std::optional(time_of_day_text(around.to)));
        QVERIFY(!quiet_until(later));
    }

    void whatIsNoHoursIsRefused() {
        for (const char* text :
             {"22:00", "22:00-", "-07:00", "24:00-07:00", "22:60-07:00", "22:00-22:00", "night", "22:00-07:00x", "22-7",
              "-1:00-07:00", "22:00:00-07:00", "22:7-8:00", "+7:00-9:00", "7: 5-9:00", "a7:00-9:00"})
            QVERIFY_THROWS_EXCEPTION(UsageError, quiet_hours_in(text));
    }

    void commandsAreOneLine() {
        std::string command;
        set_command(command, "  notify-send done ");
        QCOMPARE(command, std::string("notify-send done"));
        QVERIFY_THROWS_EXCEPTION(UsageError, set_command(command, "a\nb"));
        QVERIFY_THROWS_EXCEPTION(UsageError, set_command(command, std::string(5000, 'a')));
        QCOMPARE(command, std::string("notify-send done"));
        set_command(command, "none");
        QVERIFY(command.empty());
    }

    void whatIsWrittenIsReadAgain() {
        const QueueSettings settings{false, "one", "two", {60, 120}, {90, 250}};
        Json json = Json::object();
        write_settings(json, settings);
        QVERIFY(settings_in(json, "file") == settings);
        for (const char* key : {"max_celsius", "max_watts"}) {
            Json wrong = json;
            wrong[key] = 7;
            QVERIFY_THROWS_EXCEPTION(Error, settings_in(wrong, "file"));
        }
        QVERIFY(settings_in({{"go_on_after_crash", true}}, "an older file") == QueueSettings());
    }
};

FANLIGHT_TEST(TestQueueSettings)
#include "tst_queue_settings.moc"

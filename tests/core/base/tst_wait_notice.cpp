#include <QTest>
#include <chrono>
#include <mutex>
#include <vector>

#include "core/base/wait_notice.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// What has been said so far; from any thread.
class Said {
public:
    WaitNotice::Options after(double seconds) {
        return {.seconds = seconds, .tell = [this](const std::string& sentence) {
                    const std::lock_guard lock(mutex_);
                    sentences_.push_back(sentence);
                }};
    }
    std::vector<std::string> sentences() const {
        const std::lock_guard lock(mutex_);
        return sentences_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> sentences_;
};

}  // namespace

class TstWaitNotice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatTakesLongIsSaidAndSaidAgain() {
        Said said;
        int asked = 0;
        {
            const WaitNotice notice([&] { return "Waiting for Godot " + std::to_string(++asked); }, said.after(0.05));
            QTRY_VERIFY(said.sentences().size() >= 3);
        }
        const std::vector<std::string> sentences = said.sentences();
        QCOMPARE(sentences[0], std::string("Waiting for Godot 1 (0 s so far)."));
        QCOMPARE(sentences[2], std::string("Waiting for Godot 3 (0 s so far)."));
        QTest::qWait(300);
        QCOMPARE(said.sentences().size(), sentences.size());
    }

    /// A second notice comes when the wait is twice as long, not after the same time again.
    void itIsSaidEverMoreRarely() {
        Said said;
        const WaitNotice notice("Waiting", said.after(0.1));
        QTest::qWait(1000);
        QVERIFY2(said.sentences().size() <= 4, qPrintable(QString::number(said.sentences().size())));
    }

    void whatIsQuickIsNot() {
        Said said;
        {
            const WaitNotice notice("Waiting", said.after(10));
            QTest::qWait(50);
        }
        QVERIFY(said.sentences().empty());
    }

    void aNoticeEndsAtOnce() {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i) WaitNotice("Waiting");
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    }
};

FANLIGHT_TEST(TstWaitNotice)
#include "tst_wait_notice.moc"

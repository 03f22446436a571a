#include "core/base/place.h"

#include <QTest>
#include <filesystem>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestPlace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPlaceIsNamedAsFarAsItIsKnown() {
        const Place file = std::filesystem::path("a.csv");
        QCOMPARE(file.text(), std::string("a.csv"));
        QCOMPARE(file.line(3).text(), std::string("a.csv, line 3"));
        QCOMPARE(file.line(3).column(2).text(), std::string("a.csv, line 3, column 2"));
        QCOMPARE(Place("--prompt").column(2).text(), std::string("--prompt, column 2"));
        QCOMPARE(Place("run.json").item(0).text(), std::string("run.json, item 0"));
        QVERIFY(Place().empty() && !file.empty());
        QVERIFY(file.line(3) == file.line(3) && !(file.line(3) == file.line(4)));
    }

    /// What it says can be said in another language, and the name cannot.
    void itIsAPartOfASentence() {
        const UsageError error("%1: %2 is given twice; leave one out.", Place("a.csv").line(3), "steps");
        QCOMPARE(error.sentence().text(), std::string("a.csv, line 3: steps is given twice; leave one out."));
        const Sentence place = error.sentence().parts().front();
        QCOMPARE(place.pattern(), std::string("%1, line %2"));
        QCOMPARE(place.parts().front().pattern(), std::string());
        QCOMPARE(Place(Sentence("The list")).line(1).sentence().parts().front().pattern(), std::string("The list"));
    }
};

FANLIGHT_TEST(TestPlace)
#include "tst_place.moc"

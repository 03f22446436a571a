#include "ui/results/results_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>
#include <QTimer>

#include "core/base/file.h"
#include "core/base/json.h"
#include "tests/support/keyboard_walk.h"
#include "tests/support/test.h"
#include "tests/support/text_runs.h"
#include "ui/results/result_filter.h"
#include "ui/results/result_model.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestResultsPane : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    std::unique_ptr<ResultsPane> pane_;

    std::string path(const char* name) const { return dir_->filePath(name).toStdString(); }
    QString shown(int row, ResultModel::Column column) const {
        return pane_->shown().index(row, column).data().toString();
    }
    QString read() const { return pane_->findChild<QTextEdit*>()->toPlainText(); }

    void showRun() {
        write_text_run(
            path("run"), {"a cat", "قطة", "a dog", "a house"},
            {answered(0, "It\tpurrs."), answered(1, "قطة صغيرة نائمة"), FailedRecord{2, "error", "too long"}});
        QSignalSpy loaded(pane_.get(), &ResultsPane::loaded);
        pane_->showRun(dir_->filePath("run"));
        QTRY_COMPARE(loaded.size(), 1);
    }

    std::string exported(const char* name, const std::vector<int64_t>& items) {
        QSignalSpy ended(pane_.get(), &ResultsPane::exported);
        pane_->exportTo(dir_->filePath(name), items);
        if (!QTest::qWaitFor([&] { return ended.size() == 1; })) return "no end";
        const QString problem = ended.first().first().toString();
        return problem.isEmpty() ? read_file(path(name)) : problem.toStdString();
    }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        pane_ = std::make_unique<ResultsPane>();
        pane_->resize(500, 600);
        pane_->show();
    }

    void tabReachesEverything() {
        showRun();
        QCOMPARE(walkMistakes(*pane_), QString());
    }

    void theChosenRowIsReadInWhole() {
        showRun();
        QVERIFY(read().contains("a cat") && read().contains("It\tpurrs.") && read().contains("7 token"));
        pane_->table().setCurrentIndex(pane_->shown().index(2, 0));
        QVERIFY(read().contains("too long"));
    }

    void answersThatComeWhileTheFolderIsReadAreNotLost() {
        write_text_run(path("run"), {"a cat", "a dog"}, {answered(0, "It purrs.")});
        QSignalSpy loaded(pane_.get(), &ResultsPane::loaded);
        pane_->showRun(dir_->filePath("run"));
        pane_->setAnswers({{1, answerOf(answered(1, "It barks."))}});
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(shown(0, ResultModel::Answered), QString("It purrs."));
        QCOMPARE(shown(1, ResultModel::Answered), QString("It barks."));
        pane_->table().setCurrentIndex(pane_->shown().index(1, 0));
        pane_->setAnswers({{1, answerOf(answered(1, "It barks again."))}});
        QVERIFY(read().contains("It barks again."));
    }

    void whatIsTypedNarrowsTheRows() {
        showRun();
        auto* search = pane_->findChild<QLineEdit*>();
        QTest::keyClicks(search, "PURR");
        QTRY_COMPARE(pane_->shown().rowCount(), 1);
        QCOMPARE(shown(0, ResultModel::Prompt), QString("a cat"));
        search->clear();
        QTRY_COMPARE(pane_->shown().rowCount(), 4);
    }

    void answersAreCopiedAloneOrWithTheirPrompts() {
        showRun();
        pane_->table().selectAll();
        pane_->table().setFocus();
        QTest::keyClick(&pane_->table(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QString("It\tpurrs.\nقطة صغيرة نائمة\n\n"));
        pane_->table().selectionModel()->select(pane_->shown().index(0, 0),
                                                QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        QTest::keyClick(&pane_->table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::clipboard()->text(), QString("a cat\t\"It\tpurrs.\""));
    }

    void linesAreExportedAsInTheResultsFile() {
        showRun();
        const std::string lines = exported("out.jsonl", {1, 2, 3});
        QCOMPARE(std::count(lines.begin(), lines.end(), '\n'), 2);  // the last one has not been made
        const Json first = Json::parse(lines.substr(0, lines.find('\n')));
        QVERIFY(first.at("index") == 1 && first.at("text") == "قطة صغيرة نائمة" && first.at("finish") == "eos");
        QVERIFY(Json::parse(lines.substr(lines.find('\n'))).at("error").at("message") == "too long");
    }

    void aTableHasAColumnForEachKey() {
        showRun();
        const QStringList lines = QString::fromStdString(exported("out.csv", {0, 2})).split('\n');
        QCOMPARE(lines.size(), 4);
        QVERIFY2(lines[0].startsWith("index,prompt,error,text,finish,new_tokens,"), qPrintable(lines[0]));
        QVERIFY2(lines[1].startsWith("0,a cat,,It\tpurrs.,eos,7,"), qPrintable(lines[1]));
        QVERIFY2(lines[2].startsWith("2,a dog,\"{\"\"kind\"\":\"\"error\"\",\"\"message\"\":\"\"too long\"\"}\",,,"),
                 qPrintable(lines[2]));
    }

    void aFileThatCannotBeWrittenIsNamed() {
        showRun();
        QVERIFY(exported("no/such/folder.csv", {0}).find("no/such") != std::string::npos);
    }

    void anotherRunReplacesTheFirst() {
        showRun();
        write_text_run(path("other"), {"a tree"}, {});
        pane_->showRun(dir_->filePath("run"));
        pane_->showRun(dir_->filePath("other"));
        QTRY_COMPARE(pane_->shown().rowCount(), 1);
        QTest::qWait(50);
        QCOMPARE(shown(0, ResultModel::Prompt), QString("a tree"));
        QCOMPARE(shown(0, ResultModel::Note), QString("Waiting"));
    }

    void aRunOfAHundredThousandKeepsTheWindowSmooth() {
        constexpr int many = 100'000;
        std::vector<JournalRecord> records;
        for (int item = 0; item < many; ++item) records.emplace_back(answered(item, std::string(300, 'a')));
        write_text_run(path("run"), std::vector<std::string>(many, "a prompt of a usual length"), records);
        QElapsedTimer sinceTick;
        qint64 longestPause = 0;
        QTimer ticks;
        ticks.callOnTimeout([&] { longestPause = std::max(longestPause, sinceTick.restart()); });
        QSignalSpy loaded(pane_.get(), &ResultsPane::loaded);
        sinceTick.start();
        ticks.start(1);
        pane_->showRun(dir_->filePath("run"));
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
        for (int row = 0; row < many; row += many / 20) {
            pane_->table().setCurrentIndex(pane_->shown().index(row, 0));
            QTest::qWait(5);
        }
        pane_->table().selectAll();
        for (int item = 0; item < many; item += 1000) pane_->setAnswers({{item, answerOf(answered(item, "anew"))}});
        QTest::qWait(20);
        qInfo("longest pause %lld ms", longestPause);
        QVERIFY(longestPause < 1000);  // tens on an idle machine
        QCOMPARE(pane_->shown().rowCount(), many);
    }

    void aFolderThatIsNoRunIsNamed() {
        QSignalSpy loaded(pane_.get(), &ResultsPane::loaded);
        pane_->showRun("/nowhere");
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(pane_->shown().rowCount(), 0);
    }
};

FANLIGHT_TEST(TestResultsPane, QApplication)
#include "tst_results_pane.moc"

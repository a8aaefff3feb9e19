package io.github.phoenixkt.samples

import java.io.StringReader
import java.nio.file.Path
import kotlin.io.path.outputStream
import org.apache.batik.transcoder.TranscoderInput
import org.apache.batik.transcoder.TranscoderOutput
import org.apache.batik.transcoder.image.PNGTranscoder
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.filter
import org.jetbrains.kotlinx.dataframe.api.sortBy
import org.jetbrains.letsPlot.Stat
import org.jetbrains.letsPlot.awt.plot.PlotSvgExport
import org.jetbrains.letsPlot.geom.geomBar
import org.jetbrains.letsPlot.geom.geomBoxplot
import org.jetbrains.letsPlot.geom.geomHistogram
import org.jetbrains.letsPlot.geom.geomText
import org.jetbrains.letsPlot.ggsize
import org.jetbrains.letsPlot.intern.Plot
import org.jetbrains.letsPlot.intern.toSpec
import org.jetbrains.letsPlot.label.labs
import org.jetbrains.letsPlot.letsPlot
import org.jetbrains.letsPlot.scale.scaleXDiscrete

/** How long the turns of each session took, of a frame of spans. */
fun latencyPerSession(spans: AnyFrame): Plot {
    val turns = spans.filter { it["parent_id"] == null }.sortBy("attributes.session.id")
    val data =
        mapOf(
            "session" to turns["attributes.session.id"].toList(),
            "latency" to turns["latency_ms"].toList(),
        )
    return letsPlot(data) +
        geomBoxplot {
            x = "session"
            y = "latency"
        } +
        // Else the sessions stand in the order that the statistics happen to come in.
        scaleXDiscrete(
            limits = turns["attributes.session.id"].toList().distinct().filterNotNull()
        ) +
        labs("Latency per session", x = "session", y = "latency of a turn, ms") +
        ggsize(WIDTH, HEIGHT)
}

/** How often which score was given, of a frame of annotations of one name. */
fun scoreDistribution(annotations: AnyFrame): Plot {
    val scored = annotations.filter { it["score"] != null }.sortBy("label")
    val data = mapOf("score" to scored["score"].toList(), "label" to scored["label"].toList())
    return letsPlot(data) {
        x = "score"
        fill = "label"
    } +
        geomHistogram(binWidth = 0.1, boundary = 0.0) +
        labs("Scores", x = "score", y = "annotations") +
        ggsize(WIDTH, HEIGHT)
}

/** How often which label was given, of a frame of annotations of one name. */
fun labelCounts(annotations: AnyFrame): Plot {
    val labelled = annotations.filter { it["label"] != null }.sortBy("label")
    return letsPlot(mapOf("label" to labelled["label"].toList())) {
        x = "label"
        fill = "label"
    } +
        geomBar(showLegend = false) +
        geomText(stat = Stat.count(), labelFormat = "d", vjust = 0) { label = "..count.." } +
        labs("Labels", x = "", y = "annotations") +
        ggsize(WIDTH, HEIGHT)
}

/** The plot as the text of an SVG; needs no screen. */
fun svg(plot: Plot): String = PlotSvgExport.buildSvgImageFromRawSpecs(plot.toSpec())

/** Draws an SVG into a PNG file. */
fun writePng(svg: String, file: Path) {
    file.outputStream().use { out ->
        PNGTranscoder().transcode(TranscoderInput(StringReader(svg)), TranscoderOutput(out))
    }
}

private const val WIDTH = 700
private const val HEIGHT = 400

package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.dataframe.EvaluationsReport
import io.github.phoenixkt.upload.UploadProgress
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.UploadReport
import kotlin.reflect.typeOf
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.jupyter.api.FieldValue
import org.jetbrains.kotlinx.jupyter.api.RendererHandler
import org.jetbrains.kotlinx.jupyter.api.ResultHandlerExecution
import org.jetbrains.kotlinx.jupyter.api.VariableDeclaration
import org.jetbrains.kotlinx.jupyter.api.libraries.ExecutionHost
import org.jetbrains.kotlinx.jupyter.api.libraries.JupyterIntegration
import org.jetbrains.kotlinx.jupyter.api.mimeResult

/**
 * What a Kotlin notebook gets as soon as this module is on its class path: imports, reports and
 * progress that read well, and `notebookProgress()`. The kernel finds it by
 * `META-INF/kotlin-jupyter-libraries`.
 *
 * The kernel brings its own, mostly newer, version of the API that this is compiled against. So
 * only what both have is used, and none of the inline functions (`render<T>`), which would copy the
 * inside of the old version into our class.
 */
internal class PhoenixIntegration : JupyterIntegration() {
    override fun Builder.onLoaded() {
        IMPORTS.forEach { import(it) }
        addRenderer(HtmlRenderer(::notebookHtml))
        onLoaded {
            val newProgress: () -> UploadProgressListener = {
                NotebookProgress(::display, ::updateDisplay)
            }
            declare(
                listOf(
                    VariableDeclaration(
                        "notebookProgress",
                        newProgress,
                        typeOf<() -> UploadProgressListener>(),
                    )
                )
            )
            tablesWithoutInternet()?.let { display(mimeResult("text/html" to it), null) }
        }
    }

    private companion object {
        val IMPORTS =
            listOf(
                "io.github.phoenixkt.*",
                "io.github.phoenixkt.annotations.*",
                "io.github.phoenixkt.configs.*",
                "io.github.phoenixkt.dataframe.*",
                "io.github.phoenixkt.projects.*",
                "io.github.phoenixkt.sessions.*",
                "io.github.phoenixkt.spans.*",
                "io.github.phoenixkt.traces.*",
                "io.github.phoenixkt.upload.*",
                // A cell is no coroutine.
                "kotlinx.coroutines.runBlocking",
                "kotlinx.coroutines.flow.toList",
            )
    }
}

/**
 * DataFrame's tables are drawn by a script that its integration loads from the internet. If that
 * fails, they are empty, and their static copies hidden. This runs the same script from DataFrame's
 * jar, and keeps it from being replaced by a function that does nothing. Null if there is no such
 * script.
 */
internal fun tablesWithoutInternet(): String? {
    val script = DataFrame::class.java.getResource("/init.js")?.readText() ?: return null
    return """
        <script type="text/javascript">
        $script
        Object.defineProperty(window, "call_DataFrame", {get: () => (draw) => draw(), set: () => {}, configurable: true});
        </script>
        """
        .trimIndent()
}

/** The HTML of what this module can show, or null. */
internal fun notebookHtml(value: Any?): String? =
    when (value) {
        is UploadReport -> reportHtml(value)
        is EvaluationsReport -> evaluationsHtml(listOf(value))
        is UploadProgress -> progressHtml(value)
        is List<*> -> listHtml(value)
        else -> null
    }

private fun listHtml(items: List<*>): String? =
    when {
        items.isEmpty() -> null
        // What `logEvaluations` returns.
        items.all { it is EvaluationsReport } ->
            evaluationsHtml(items.filterIsInstance<EvaluationsReport>())
        items.all { it != null && it.javaClass.name.startsWith("io.github.phoenixkt.") } ->
            itemsHtml(items)
        else -> null
    }

/** Shows values of which [html] knows the HTML; as plain text where a front end has no HTML. */
internal class HtmlRenderer(private val html: (Any?) -> String?) : RendererHandler {
    override fun accepts(value: Any?): Boolean = html(value) != null

    override val execution: ResultHandlerExecution =
        object : ResultHandlerExecution {
            override fun execute(host: ExecutionHost, result: FieldValue): FieldValue {
                val shown =
                    mimeResult(
                        "text/html" to html(result.value).orEmpty(),
                        "text/plain" to result.value.toString(),
                    )
                return FieldValue(shown, result.name)
            }

            override fun replaceVariables(mapping: Map<String, String>) = this
        }

    /** There are no names of variables in here that the kernel could replace. */
    override fun replaceVariables(mapping: Map<String, String>): HtmlRenderer = this
}
